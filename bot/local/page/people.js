// Those who were here in this browser, each a link to a tab of their own, and whoever owns the bot.

import { byId, element, icon } from "./elements.js";
import { addressOf, knownPeople, name, wantsToOwn } from "./identity.js";
import { say } from "./language.js";

const OWNER = "Owner";

let canOwn = false;

/** Says whether the bot can be owned from here. */
export function offerOwnership(offered) {
  canOwn = offered;
}

function draw() {
  const others = knownPeople().filter((person) => person !== name && !(canOwn && person === OWNER));
  const people = [drawThis(), ...others.map((person) => drawLink("contact", person, addressOf(person)))];
  people.push(drawLink("add", say("new_guest"), "/"));
  if (canOwn && !wantsToOwn) people.push(drawLink("owner", say("owner"), addressOf(OWNER, true), say("owner_note")));
  byId("known").replaceChildren(...people);
}

function drawThis() {
  const note = element("small", { textContent: name ? say("here") : "" });
  const line = element("p", {}, icon(wantsToOwn ? "owner" : "contact"), element("span", { textContent: name || say("guest") }), note);
  line.setAttribute("aria-current", "true");
  return element("li", {}, line);
}

function drawLink(picture, person, href, note = "") {
  const link = element("a", { href, target: "_blank", rel: "noopener" });
  link.append(icon(picture), element("span", { textContent: person, dir: "auto" }), element("small", { textContent: note }));
  link.addEventListener("click", () => byId("people").hidePopover());
  return element("li", {}, link);
}

byId("people").addEventListener("beforetoggle", ({ newState }) => newState === "open" && draw());

byId("newcomer").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = byId("newcomer-name");
  if (field.value.trim()) window.open(addressOf(field.value), "_blank", "noopener");
  field.value = "";
  byId("people").hidePopover();
});
