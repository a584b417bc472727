/** Finding places by the beginning of a postcode: in a file of the site, loaded when one is typed and looked through here. */

/** One or two letters, then a figure, which no name of a place has; perhaps a part of the second half. */
const POSTCODE = /^([a-z]{1,2}[0-9][0-9a-z]?)(?: ?[0-9][a-z]{0,2})?$/i;
const WHOLE = /^([a-z]{1,2}[0-9][0-9a-z]?) ?[0-9][a-z]{2}$/i;

export const isPostcode = (text) => POSTCODE.test(text.trim());

/** The first half of what is typed: "S10" of "s10 2tn" and of "S102TN". */
export function outward(text) {
  const typed = text.trim();
  return (WHOLE.exec(typed) ?? POSTCODE.exec(typed))[1].toUpperCase();
}

/** The codes of the places in a district, or where there is none of that name in all that begin so. */
function codesIn({ places, districts }, sought) {
  const numbers = districts[sought] ?? Object.keys(districts).filter((each) => each.startsWith(sought)).flatMap((each) => districts[each]);
  return new Set(numbers.map((number) => places[number]));
}

/** Asks the file at `address`, which is loaded once, for the codes of the places a typed postcode may lie in. */
export function postcodesAt(address) {
  let loading = null;
  return async (text) => {
    loading ??= fetch(address).then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.statusText))));
    try {
      return codesIn(await loading, outward(text));
    } catch {
      loading = null; // the next one typed asks again
      return new Set();
    }
  };
}
