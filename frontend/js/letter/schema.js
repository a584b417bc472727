/** What a letter may be made of: the same few things as `letters/rich.py` keeps. */
import { Schema } from "prosemirror-model";

const SUGGESTIONS = "insertion deletion modification";
const WEB = /^(https?:\/\/|mailto:|tel:)\S+$/i;

/** A colleague's suggestion; the server says whose it is. `modification` is the package's own, and never kept. */
function suggestion(tag, excludes) {
  return {
    attrs: { id: {} },
    inclusive: false,
    excludes,
    toDOM: (mark) => [tag, { "data-id": String(mark.attrs.id) }, 0],
    parseDOM: [{ tag, getAttrs: (element) => (element.dataset.id ? { id: element.dataset.id } : false) }],
  };
}

export const schema = new Schema({
  nodes: {
    doc: { content: "block+", marks: SUGGESTIONS },
    paragraph: { group: "block", content: "inline*", parseDOM: [{ tag: "p" }, { tag: "div" }], toDOM: () => ["p", 0] },
    blockquote: { group: "block", content: "block+", marks: SUGGESTIONS, defining: true, parseDOM: [{ tag: "blockquote" }], toDOM: () => ["blockquote", 0] },
    bullet_list: { group: "block", content: "list_item+", marks: SUGGESTIONS, parseDOM: [{ tag: "ul" }], toDOM: () => ["ul", 0] },
    ordered_list: { group: "block", content: "list_item+", marks: SUGGESTIONS, attrs: { order: { default: 1 } }, parseDOM: [{ tag: "ol" }], toDOM: () => ["ol", 0] },
    list_item: { content: "paragraph block*", marks: SUGGESTIONS, defining: true, parseDOM: [{ tag: "li" }], toDOM: () => ["li", 0] },
    hard_break: { group: "inline", inline: true, selectable: false, parseDOM: [{ tag: "br" }], toDOM: () => ["br"] },
    text: { group: "inline" },
  },
  marks: {
    insertion: suggestion("ins", SUGGESTIONS),
    deletion: suggestion("del", SUGGESTIONS),
    modification: { attrs: { id: {}, type: { default: "" }, attrName: { default: null }, previousValue: { default: null }, newValue: { default: null } }, toDOM: () => ["span", 0] },
    link: {
      attrs: { href: {} },
      inclusive: false,
      parseDOM: [{ tag: "a[href]", getAttrs: (element) => (WEB.test(element.getAttribute("href").trim()) ? { href: element.getAttribute("href").trim() } : false) }],
      toDOM: (mark) => ["a", { href: mark.attrs.href }, 0],
    },
    field: { inclusive: false, parseDOM: [{ tag: "span.field" }], toDOM: () => ["span", { class: "field" }, 0] },
    strong: { parseDOM: [{ tag: "strong" }, { tag: "b" }], toDOM: () => ["strong", 0] },
    em: { parseDOM: [{ tag: "em" }, { tag: "i" }], toDOM: () => ["em", 0] },
  },
});
