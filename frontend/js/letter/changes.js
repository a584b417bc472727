/**
 * The suggestions in a letter, one after the other. Alt with an arrow selects the next or the one before; while one is
 * selected, and only then, Y accepts it and N rejects it. Whoever moves the cursor or types has it selected no more.
 */
import { applySuggestion, revertSuggestion, selectSuggestion, suggestChangesKey } from "@handlewithcare/prosemirror-suggest-changes";
import { Plugin, PluginKey } from "prosemirror-state";

const key = new PluginKey("change");
const ANSWERS = { y: applySuggestion, n: revertSuggestion };

/** The numbers of the suggestions, in the order of the letter; words taken out and put in together are one. */
export function changesIn(doc) {
  const found = new Set();
  doc.descendants((node) => {
    for (const mark of node.marks) if (mark.type.name === "insertion" || mark.type.name === "deletion") found.add(mark.attrs.id);
  });
  return [...found];
}

function select(view, id) {
  // Going to a change is no change: it is not to be suggested itself.
  const go = (transaction) => view.dispatch(transaction.setMeta(key, id).setMeta(suggestChangesKey, { skip: true }));
  return selectSuggestion(id)(view.state, go);
}

/** Select the next suggestion (`by` 1) or the one before (-1), from where the cursor is. False where there is none. */
export function selectChange(view, by) {
  const all = changesIn(view.state.doc);
  if (all.length === 0) return false;
  const at = all.indexOf(key.getState(view.state));
  const from = at < 0 && by < 0 ? 0 : at;
  return select(view, all[(from + by + all.length) % all.length]);
}

function answer(view, id, act) {
  const all = changesIn(view.state.doc);
  const after = [...all.slice(all.indexOf(id) + 1), ...all.slice(0, all.indexOf(id))];
  act(id)(view.state, view.dispatch);
  if (after.length) select(view, after[0]);
}

/** `said` is told, whenever the letter changes, which of how many is selected: from 1, or 0 where none is. */
export function changes(said) {
  return new Plugin({
    key,
    state: {
      init: () => null,
      apply: (transaction, id) => transaction.getMeta(key) ?? (transaction.docChanged || transaction.selectionSet ? null : id),
    },
    view: () => ({
      update(view) {
        const all = changesIn(view.state.doc);
        said(all.indexOf(key.getState(view.state)) + 1, all.length);
      },
    }),
    props: {
      handleKeyDown(view, event) {
        if (event.ctrlKey || event.metaKey || event.isComposing) return false;
        if (event.altKey) return (event.key === "ArrowDown" && selectChange(view, 1)) || (event.key === "ArrowUp" && selectChange(view, -1));
        const id = key.getState(view.state);
        const act = ANSWERS[event.key.toLowerCase()];
        if (id === null || !act) return false;
        answer(view, id, act);
        return true;
      },
    },
  });
}
