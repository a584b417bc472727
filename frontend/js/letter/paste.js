/**
 * What comes from the clipboard, Word's above all, as the few things a letter is made of. Nothing of it is shown
 * before it is rebuilt here, and the server cleans it once more.
 */
const PLAIN = { STRONG: "strong", B: "strong", EM: "em", I: "em", UL: "ul", OL: "ol", LI: "li", BLOCKQUOTE: "blockquote", A: "a" };
const BLOCKS = new Set(["P", "DIV", "H1", "H2", "H3", "H4", "H5", "H6", "TR", "DT", "DD", "PRE", "SECTION", "ARTICLE"]);
const GONE = new Set(["STYLE", "SCRIPT", "TITLE", "META", "LINK", "XML", "HEAD", "IMG", "SVG", "TEMPLATE", "NOSCRIPT", "OBJECT", "TEXTAREA", "SELECT"]);

const styleOf = (element) => element.getAttribute("data-was-style")?.toLowerCase().replace(/\s+/g, "") ?? "";
const isListLine = (element) => element.nodeType === 1 && element.tagName === "P" && /mso-list:(?!ignore|none)/.test(styleOf(element));
const isMarker = (element) => element.nodeType === 1 && /mso-list:ignore/.test(styleOf(element));

/** Word's lists are paragraphs that look like items: their number is words, their depth is in the style. */
function lineOf(element) {
  const marker = [...element.querySelectorAll("[data-was-style]")].find(isMarker);
  const sign = (marker?.textContent ?? element.textContent.slice(0, 4)).trim();
  marker?.remove();
  return { depth: Number(/level(\d)/.exec(styleOf(element))?.[1] ?? 1), tag: /^(\d+|[a-z]|[ivx]+)[.)]/i.test(sign) ? "ol" : "ul", words: inside(element) };
}

function lists(lines) {
  let html = "";
  const open = [];
  for (const { depth, tag, words } of lines) {
    while (open.length > depth) html += `</li></${open.pop()}>`;
    if (open.length === depth) html += "</li>";
    while (open.length < depth) {
      if (open.length && !html.endsWith("<li>") && html.endsWith("</li>")) html = html.slice(0, -5);
      html += `<${tag}>`;
      open.push(tag);
      if (open.length < depth) html += "<li>";
    }
    html += `<li>${words}`;
  }
  while (open.length) html += `</li></${open.pop()}>`;
  return html;
}

const escaped = (text) => text.replace(/[&<>"]/g, (character) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[character]);

function inside(element) {
  const nodes = [...element.childNodes];
  let html = "";
  for (let at = 0; at < nodes.length; at += 1) {
    if (isListLine(nodes[at])) {
      const lines = [];
      for (; at < nodes.length && (isListLine(nodes[at]) || (nodes[at].nodeType === 3 && !nodes[at].data.trim())); at += 1) {
        if (nodes[at].nodeType === 1) lines.push(lineOf(nodes[at]));
      }
      at -= 1;
      html += lists(lines);
    } else html += rebuilt(nodes[at]);
  }
  return html;
}

function rebuilt(node) {
  if (node.nodeType === 3) return escaped(node.data.replace(/[\s\u00a0]+/g, " "));
  if (node.nodeType !== 1 || GONE.has(node.tagName) || node.tagName.startsWith("O:") && !node.textContent.trim()) return "";
  if (node.tagName === "BR") return "<br>";
  const style = styleOf(node);
  let html = inside(node);
  if (BLOCKS.has(node.tagName)) return html.trim() ? `<p>${html}</p>` : "";
  let tag = PLAIN[node.tagName];
  if (node.tagName === "B" && /font-weight:(normal|[1-4]00)/.test(style)) tag = undefined; // what comes from Google Docs stands in one
  if (tag === "a") {
    const href = node.getAttribute("href")?.trim() ?? "";
    return /^(https?:\/\/|mailto:|tel:)\S+$/i.test(href) ? `<a href="${escaped(href)}">${html}</a>` : html;
  }
  if (!tag && /font-weight:(bold|[6-9]00)/.test(style)) html = `<strong>${html}</strong>`;
  if (!tag && /font-style:italic/.test(style)) html = `<em>${html}</em>`;
  return tag ? `<${tag}>${html}</${tag}>` : html;
}

export function cleanPasted(html) {
  // Our own words come back as they were: PM marks what it copies.
  if (html.includes("data-pm-slice")) return html;
  // A style or a script that is parsed as one is a breach of the content policy, even where nothing shows or runs it:
  // styles are read here under another name, the rest goes first.
  const inert = html
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/<(style|script|xml)\b[\s\S]*?<\/\1\s*>/gi, "")
    .replace(/[\s/"']style\s*=/gi, " data-was-style=")
    .replace(/[\s/"']on[a-z]+\s*=/gi, " data-was-act=");
  return inside(new DOMParser().parseFromString(inert, "text/html").body);
}
