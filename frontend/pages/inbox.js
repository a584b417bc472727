/** The list of the inbox is drawn anew with each message: bring the open one into sight. */
document.querySelector(".letterbox [data-current]")?.scrollIntoView({ block: "center" });
