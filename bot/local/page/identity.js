// Who is in the chat, and by which link they came.
//
// Each tab is a person of its own: a reload resumes, another tab is another person. `?as=NAME` in the address keeps one
// person of that name in the browser, whatever the tab: `/?as=Dara` and `/?as=Sokha` side by side play both. `?owner`
// asks to own the bot.

const MAX_NAME = 64; // characters
const PARAMETER = /^[A-Za-z0-9_-]{1,64}$/; // of a deep link, as in Telegram
const CHAT_OF = "chat_id of ";

const address = new URL(location);

/** The person's name, or nothing. */
export const name = tidy(address.searchParams.get("as") ?? "");

/** Whether the person is to own the bot. */
export const wantsToOwn = address.searchParams.has("owner");

const storage = name ? localStorage : sessionStorage;
const keyOf = (what) => (name ? `${what} of ${name}` : what);

/** What is remembered of this person here: "chat_id", "language". */
export const recall = (what) => storage.getItem(keyOf(what));
export const remember = (what, value) => storage.setItem(keyOf(what), value);
export const forget = (what) => storage.removeItem(keyOf(what));

/** The names of those who were here before, in this browser. */
export function knownPeople() {
  const names = Object.keys(localStorage).filter((key) => key.startsWith(CHAT_OF));
  return names.map((key) => key.slice(CHAT_OF.length)).sort((one, other) => one.localeCompare(other));
}

/** Where a person of that name is. */
export function addressOf(person, owns = false) {
  const query = new URLSearchParams({ as: tidy(person), ...(owns && { owner: "" }) });
  return `/?${query}`;
}

/** The parameter of the deep link that opened the page; empty when there is none, or START was pressed. */
export function startParameter() {
  const parameter = address.searchParams.get("start") ?? "";
  return PARAMETER.test(parameter) ? parameter : "";
}

/** START was pressed: a reload must not ask for it again. */
export function forgetStart() {
  address.searchParams.delete("start");
  history.replaceState(null, "", address);
}

function tidy(person) {
  return [...person.trim()].slice(0, MAX_NAME).join("");
}
