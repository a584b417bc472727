/**
 * Whoever signs in anew in one tab is signed in in the others too: each page tells the tabs that stand open which token
 * counts now, so that what waits there, chosen files among it, is saved as it stands. Only of one and the same person.
 */
const who = () => document.body.dataset.who ?? "";
const token = () => document.querySelector('meta[name="csrf-token"]');

function takeOn(newest) {
  token().content = newest;
  for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = newest;
  const standing = document.querySelector("#link-lost[data-signed-out]");
  const banner = document.getElementById("signed-in-again")?.content.firstElementChild.cloneNode(true);
  if (!standing || !banner) return;
  banner.id = standing.id;
  standing.replaceWith(banner);
}

export function shareSignIn() {
  if (!who() || !token()) return;
  const tabs = new BroadcastChannel("oc-signed-in");
  tabs.addEventListener("message", ({ data }) => data.who === who() && takeOn(data.token));
  tabs.postMessage({ who: who(), token: token().content });
}
