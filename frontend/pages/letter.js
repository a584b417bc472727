/**
 * The editor of a letter. It stands in for the plain textarea, and fills the hidden one named `html`, which autosave
 * keeps and the form sends. Tab leaves it, Escape goes to the bar, Ctrl ] and Ctrl [ move an item of a list in and out;
 * Alt and an arrow go to a suggestion, which Y accepts and N rejects.
 */
import { isSuggestChangesEnabled, suggestChanges, suggestChangesKey, withSuggestChanges } from "@handlewithcare/prosemirror-suggest-changes";
import { baseKeymap, chainCommands, exitCode, lift, toggleMark, wrapIn } from "prosemirror-commands";
import { history, redo, redoDepth, undo, undoDepth } from "prosemirror-history";
import { inputRules, wrappingInputRule } from "prosemirror-inputrules";
import { keymap } from "prosemirror-keymap";
import { DOMParser, DOMSerializer, Fragment, Slice } from "prosemirror-model";
import { liftListItem, sinkListItem, splitListItem, wrapInList } from "prosemirror-schema-list";
import { EditorState } from "prosemirror-state";
import { EditorView } from "prosemirror-view";

import { changes, changesIn, selectChange } from "../js/letter/changes.js";
import { choices } from "../js/letter/choices.js";
import { cleanPasted } from "../js/letter/paste.js";
import { schema } from "../js/letter/schema.js";
import { toolbar } from "../js/letter/toolbar.js";

const { nodes, marks } = schema;
const SUGGESTED = { skip: true };

function mount(root) {
  const form = root.closest("form");
  const kept = form.querySelector("textarea[data-rich]");
  const plain = form.querySelector("[data-plain-words]");
  const textarea = plain.querySelector("textarea");
  const suggest = form.querySelector("input[name=suggest]");
  const count = root.querySelector("[data-count]");

  const bin = document.createElement("template");
  bin.innerHTML = kept.value || root.querySelector("template[data-initial]").innerHTML;
  const doc = DOMParser.fromSchema(schema).parse(bin.content);
  const serializer = DOMSerializer.fromSchema(schema);

  let number = 0;
  const began = Date.now().toString(36);
  const nextId = () => `${root.dataset.by}.${began}.${(number += 1)}`;

  const state = EditorState.create({
    doc,
    plugins: [
      changes(sayChange),
      inputRules({ rules: [wrappingInputRule(/^\s*[-*•]\s$/, nodes.bullet_list), wrappingInputRule(/^1[.)]\s$/, nodes.ordered_list)] }),
      keymap(keys()),
      keymap(baseKeymap),
      history(),
      suggestChanges(),
    ],
  });

  const view = new EditorView(root.querySelector("[data-editor-words]"), {
    state,
    attributes: { role: "textbox", "aria-multiline": "true", "aria-label": root.dataset.name, spellcheck: "true", id: textarea.id, "data-region": "" },
    transformPastedHTML: cleanPasted,
    handleTextInput: (_view, _from, _to, text) => offer(text),
    dispatchTransaction: withSuggestChanges(function dispatch(transaction) {
      this.updateState(this.state.apply(transaction));
      if (transaction.docChanged) wrote();
      bar.show();
    }, nextId),
  });

  // --- what is kept

  function html() {
    const holder = document.createElement("div");
    holder.append(serializer.serializeFragment(view.state.doc.content));
    return holder.innerHTML;
  }

  function wrote() {
    textarea.removeAttribute("name"); // from here on its words are those of `html`; untouched, the form sends them
    kept.value = html();
    kept.dispatchEvent(new Event("input", { bubbles: true }));
    countWords();
  }

  function countWords() {
    const words = view.state.doc.textBetween(0, view.state.doc.content.size, " ", " ").replaceAll("\u200b", "").split(/\s+/).filter(Boolean).length;
    count.textContent = words === 1 ? count.dataset.one : count.dataset.many.replace("%s", words);
  }

  function sayChange(number, all) {
    const where = root.querySelector("[data-change-said]");
    const text = number ? where.dataset.at.replace("%n", number).replace("%m", all) : all ? where.dataset.some : "";
    if (where.textContent !== text) where.textContent = text;
  }

  // --- acts

  function inList(type) {
    const { $from } = view.state.selection;
    for (let depth = $from.depth; depth > 0; depth -= 1) {
      const node = $from.node(depth);
      if (node.type === nodes.bullet_list || node.type === nodes.ordered_list) return node.type === type;
    }
    return false;
  }

  function inQuote() {
    const { $from } = view.state.selection;
    return Array.from({ length: $from.depth }, (_, depth) => $from.node(depth + 1)).some((node) => node.type === nodes.blockquote);
  }

  function isOn(type) {
    const { from, to, empty, $from } = view.state.selection;
    return empty ? Boolean(type.isInSet(view.state.storedMarks || $from.marks())) : view.state.doc.rangeHasMark(from, to, type);
  }

  const run = (command) => {
    command(view.state, view.dispatch, view);
    view.focus();
  };
  // A suggestion is of words: the shape of paragraphs is changed by whoever writes.
  const shapes = () => !isSuggestChangesEnabled(view.state);

  function list(type) {
    return { run: () => run(inList(type) ? liftListItem(nodes.list_item) : wrapInList(type)), isOn: () => inList(type), can: shapes };
  }

  const acts = {
    strong: { run: () => run(toggleMark(marks.strong)), isOn: () => isOn(marks.strong) },
    em: { run: () => run(toggleMark(marks.em)), isOn: () => isOn(marks.em) },
    ul: list(nodes.bullet_list),
    ol: list(nodes.ordered_list),
    quote: { run: () => run(inQuote() ? lift : wrapIn(nodes.blockquote)), isOn: inQuote, can: shapes },
    link: { run: askForLink, isOn: () => isOn(marks.link) },
    fields: { run: () => menu.open("fields") },
    paragraphs: { run: () => menu.open("paragraphs") },
    undo: { run: () => run(undo), can: () => undoDepth(view.state) > 0 },
    redo: { run: () => run(redo), can: () => redoDepth(view.state) > 0 },
    change: { run: () => { view.focus(); selectChange(view, 1); }, can: () => changesIn(view.state.doc).length > 0 },
  };
  const bar = toolbar(root.querySelector('[role="toolbar"]'), { acts, back: () => view.focus() });

  function keys() {
    const press = (name) => () => {
      if (acts[name].can && !acts[name].can()) return true;
      acts[name].run();
      return true;
    };
    const newLine = chainCommands(exitCode, (state, dispatch) => {
      dispatch?.(state.tr.replaceSelectionWith(nodes.hard_break.create()).scrollIntoView());
      return true;
    });
    return {
      "Mod-b": press("strong"),
      "Mod-i": press("em"),
      "Mod-Shift-7": press("ol"),
      "Mod-Shift-8": press("ul"),
      "Mod-Shift-9": press("quote"),
      "Mod-z": undo,
      "Mod-y": redo,
      "Shift-Mod-z": redo,
      "Mod-]": sinkListItem(nodes.list_item),
      "Mod-[": liftListItem(nodes.list_item),
      "Shift-Enter": newLine,
      Enter: splitListItem(nodes.list_item),
      Escape: () => {
        bar.focus();
        return true;
      },
    };
  }

  // --- fields, paragraphs, links

  function offer(text) {
    const { $from, empty } = view.state.selection;
    if (text === "{") menu.open("fields");
    else if (text === "/" && empty && $from.parent.content.size === 0) menu.open("paragraphs");
    else return false;
    return true;
  }

  const menu = choices(root, {
    onClose: (kind, back) => {
      bar.button(kind).setAttribute("aria-expanded", "false");
      if (back) view.focus();
    },
    onChoose: (kind, words) => {
      if (kind === "paragraphs") putParagraphs(words);
      else putWords(words, kind === "fields" && !/^\[.* missing\]$/.test(words));
    },
  });
  for (const name of ["fields", "paragraphs"]) {
    const opens = acts[name].run;
    acts[name].run = () => {
      bar.button(name).setAttribute("aria-expanded", "true");
      opens();
    };
  }

  const lines = (words, extra = []) => words.split("\n").flatMap((line, at) => [...(at ? [nodes.hard_break.create()] : []), ...(line ? [schema.text(line, extra)] : [])]);

  function putWords(words, isField) {
    const content = Fragment.from(lines(words, isField ? [marks.field.create()] : []));
    view.dispatch(view.state.tr.replaceSelection(new Slice(content, 0, 0)).scrollIntoView());
    view.focus();
  }

  function putParagraphs(words) {
    const paragraphs = words.split("\n\n").map((part) => nodes.paragraph.create(null, lines(part)));
    view.dispatch(view.state.tr.replaceSelection(new Slice(Fragment.from(paragraphs), 1, 1)).scrollIntoView());
    view.focus();
  }

  const asks = root.querySelector('[data-ask="link"]');
  const address = asks.querySelector("[data-link-address]");
  function closeLink() {
    asks.hidden = true;
    bar.button("link").setAttribute("aria-expanded", "false");
    view.focus();
  }

  function askForLink() {
    const { $from } = view.state.selection;
    asks.hidden = false;
    bar.button("link").setAttribute("aria-expanded", "true");
    address.value = marks.link.isInSet($from.marks())?.attrs.href ?? "";
    address.focus();
  }

  function setLink(href) {
    const { from, to, empty } = view.state.selection;
    const transaction = view.state.tr;
    if (href && empty) transaction.replaceSelectionWith(schema.text(href, [marks.link.create({ href })]), false);
    else if (href) transaction.addMark(from, to, marks.link.create({ href }));
    else transaction.removeMark(from, to, marks.link);
    // Where a word leads is no suggestion about its words.
    view.dispatch(empty ? transaction : transaction.setMeta(suggestChangesKey, SUGGESTED));
    closeLink();
  }

  function givenLink() {
    const given = address.value.trim();
    if (!given) return setLink("");
    return setLink(/^(https?:|mailto:|tel:)/i.test(given) ? given : `https://${given}`);
  }
  asks.querySelector("[data-link-set]").addEventListener("click", givenLink);
  asks.querySelector("[data-link-remove]").addEventListener("click", () => setLink(""));
  address.addEventListener("keydown", (event) => {
    if (event.key === "Enter") givenLink();
    else if (event.key === "Escape") closeLink();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  // --- suggesting

  function suggesting() {
    view.dispatch(view.state.tr.setMeta(suggestChangesKey, { skip: true, enabled: Boolean(suggest?.checked) }));
    root.toggleAttribute("data-suggests", Boolean(suggest?.checked));
  }
  suggest?.addEventListener("change", suggesting);

  // --- in its place

  textarea.removeAttribute("id");
  const errors = plain.querySelector(".field-error");
  if (errors) root.before(errors.parentElement);
  plain.hidden = true;
  root.hidden = false;
  suggesting();
  countWords();
  sayChange(0, changesIn(view.state.doc).length);
  bar.show();
}

document.querySelectorAll("[data-editor]").forEach(mount);
