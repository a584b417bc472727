import { bringInFiles } from "../js/bring_in.js";

/** The list of the inbox is drawn anew with each message: bring the open one into sight. */
document.querySelector(".letterbox [data-current]")?.scrollIntoView({ block: "center" });
bringInFiles();
