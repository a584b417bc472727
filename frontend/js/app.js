/** What every page of the office runs. Each module finds its own elements; nothing here is needed to use a page. */
import { announceCopies } from "./copy.js";
import { openDialogs } from "./dialog.js";
import { quickEntry } from "./entry.js";
import { foldOnPhones } from "./fold.js";
import { guardForms } from "./forms.js";
import { connectHtmx } from "./htmx.js";
import { installKeys } from "./keyboard.js";
import { chooseLevelsByFigure } from "./levels.js";
import { moveInLists } from "./list.js";
import { closeMenus } from "./menu.js";
import { openPalette } from "./palette.js";
import { switchTheme } from "./theme.js";
import { showToasts } from "./toast.js";

document.documentElement.classList.add("js");
announceCopies();
openDialogs();
foldOnPhones();
guardForms();
connectHtmx();
installKeys();
chooseLevelsByFigure();
moveInLists();
closeMenus();
quickEntry();
openPalette();
switchTheme();
showToasts();
