/**
 * Files dropped anywhere on the inbox, or chosen in its form, go to the office in pieces: a lost connection is taken up where
 * it broke. Without this the form sends them whole.
 */
const PIECE_BYTES = 8 * 1024 * 1024;
const TRIES = 20;
const WAIT_MS = 3_000;

const token = () => document.querySelector('meta[name="csrf-token"]').content;
const megabytes = (bytes) => (bytes / 1024 / 1024).toFixed(1);
const pause = () => new Promise((resolve) => setTimeout(resolve, WAIT_MS));
const fill = (words, ...values) => values.reduce((text, value) => text.replace("%s", value), words);

class Refused extends Error {}

async function post(url, data, onTrouble) {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    let answer = null;
    try {
      answer = await fetch(url, { method: "POST", body: data, headers: { "X-CSRFToken": token() } });
    } catch {
      // No connection: again in a moment.
    }
    if (answer?.status === 422) throw new Refused((await answer.json()).problem);
    if (answer?.ok && !answer.redirected) return answer.json();
    if (answer && answer.status < 500) throw new Refused("");
    onTrouble();
    await pause();
  }
  throw new Refused("");
}

function form(values) {
  const data = new FormData();
  for (const [name, value] of values) data.append(name, value);
  return data;
}

/** Send them, calling `progress` with the bytes that are here; returns the address of what comes of them. */
async function send(place, files, progress, onTrouble) {
  const announced = files.flatMap((file) => [["name", file.name], ["size", file.size]]);
  const where = await post(place.dataset.begin, form(announced), onTrouble);
  let before = 0;
  for (const [number, file] of files.entries()) {
    let here = 0;
    do {
      const piece = file.slice(here, here + PIECE_BYTES);
      const data = form([["file", number], ["offset", here], ["piece", piece]]);
      const answer = await post(where["upload-pieces"], data, onTrouble);
      here = answer.complete ? file.size : answer.here;
      progress(before + here);
    } while (here < file.size);
    before += file.size;
  }
  return where.upload;
}

const broughtIn = (place) => place.parentElement.querySelector("[data-brought-in]");

function naming(place, files) {
  const more = files.length - 1;
  return more ? fill(place.dataset.bringingMore, files[0].name, String(more)) : fill(place.dataset.bringing, files[0].name);
}

async function bringIn(place, files) {
  const said = place.querySelector("[data-said]");
  const bar = place.querySelector("[data-sending]");
  const picker = place.querySelector("[data-picker]");
  const total = files.reduce((sum, file) => sum + file.size, 0);
  const warn = (event) => event.preventDefault();
  const progress = (here) => {
    bar.firstElementChild.value = total ? (here / total) * 100 : 100;
    said.textContent = fill(place.dataset.progress, megabytes(here), megabytes(total));
  };
  said.textContent = naming(place, files);
  if (picker.contains(document.activeElement) || place.closest("dialog")) said.focus();
  picker.hidden = true;
  bar.hidden = false;
  bar.firstElementChild.value = 0;
  window.addEventListener("beforeunload", warn);
  try {
    const url = await send(place, files, progress, () => { said.textContent = place.dataset.again; });
    place.reset();
    said.textContent = "";
    window.htmx.ajax("GET", url, { target: broughtIn(place), swap: "afterbegin" });
    picker.hidden = Boolean(place.closest("dialog")); // there the result is what one wants to see
  } catch (error) {
    picker.hidden = false;
    said.textContent = (error instanceof Refused && error.message) || place.dataset.failed;
  } finally {
    window.removeEventListener("beforeunload", warn);
    bar.hidden = true;
  }
}

const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

function acceptDrops(place) {
  const veil = document.querySelector("[data-drop-here]");
  const show = (shown) => { if (veil) veil.hidden = !shown; };
  document.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    show(true);
  });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) show(false); });
  document.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    show(false);
    const items = [...event.dataTransfer.items].filter((item) => item.kind === "file");
    const hasFolder = items.some((item) => item.webkitGetAsEntry?.()?.isDirectory);
    const files = [...event.dataTransfer.files];
    const dialog = place.closest("dialog");
    if (dialog && !dialog.open && !document.querySelector("dialog[open]")) dialog.showModal();
    if (hasFolder) place.querySelector("[data-said]").textContent = place.dataset.folder;
    else if (files.length) bringIn(place, files);
  });
}

/** The list behind the dialog is of before: with something new in the inbox, or on its way there, the page is read anew. */
function showWhatCame(place) {
  const brought = broughtIn(place);
  if (brought.querySelector("[data-changes-list]")) window.location.reload();
  else if (brought.childElementCount) place.querySelector("[data-picker]").hidden = false;
}

export function bringInFiles() {
  const place = document.querySelector("[data-bring-in]");
  if (!place) return;
  place.closest("dialog")?.addEventListener("close", () => showWhatCame(place));
  place.addEventListener("submit", (event) => {
    event.preventDefault();
    bringIn(place, [...place.querySelector("input[type=file]").files]);
  });
  acceptDrops(place);
}
