// Who is in the chat, and by which link they came.
//
// Each tab is a person of its own: a reload resumes, another tab is another person. `?as=NAME` in the address keeps one
// person of that name in the browser, whatever the tab: `/?as=Owner` and `/?as=Dara` side by side play both.

const MAX_NAME = 64; // characters
const PARAMETER = /^[A-Za-z0-9_-]{1,64}$/; // of a deep link, as in Telegram

const address = new URL(location);

/** The person's name, or nothing. */
export const name = [...(address.searchParams.get("as") ?? "").trim()].slice(0, MAX_NAME).join("");

const [storage, key] = name ? [localStorage, `chat_id of ${name}`] : [sessionStorage, "chat_id"];

/** The chat to come back to, if there is one. */
export const recallChat = () => Number(storage.getItem(key)) || null;
export const rememberChat = (chatId) => storage.setItem(key, chatId);
export const forgetChat = () => storage.removeItem(key);

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
