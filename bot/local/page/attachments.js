// What the attach menu sends besides chosen files: one small real thing of each kind, to see what the bot says to it.

import { byId } from "./elements.js";
import { name } from "./identity.js";
import { say } from "./language.js";

const PHONE = "+855 12 345 678";
const PLACE = { latitude: 11.5564, longitude: 104.9282 }; // Phnom Penh

/** @param {{send: (content: object) => void, sendFile: (kind: string, file: File) => void}} actions */
export function offerAttachments({ send, sendFile }) {
  const kinds = {
    photo: () => byId("photo").click(),
    file: () => byId("file").click(),
    contact: () => send({ contact: { phone_number: PHONE, first_name: name || say("you") } }),
    location: () => send({ location: PLACE }),
    sticker: async () => sendFile("sticker", await asset("sticker.webp", "image/webp")),
    voice: async () => sendFile("voice", await asset("voice.ogg", "audio/ogg")),
  };
  for (const button of document.querySelectorAll("[data-send]")) {
    button.addEventListener("click", () => {
      byId("attachments").hidePopover();
      kinds[button.dataset.send]();
    });
  }
}

async function asset(file, type) {
  const response = await fetch(`/page/${file}`);
  return new File([await response.blob()], file, { type });
}
