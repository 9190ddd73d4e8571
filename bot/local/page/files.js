// Files for the bot: chosen, dropped or pasted. What stands in the text field goes along as the caption.

import { byId } from "./elements.js";
import { say } from "./language.js";

const MAX_SIZE = 100 * 1024 * 1024; // bytes
const MAX_CAPTION = 1024; // characters

const dropping = (on) => document.body.classList.toggle("dropping", on);
const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");

/** @param {(kind: string, files: File[]) => void} send what to do with the files */
export function acceptFiles(send) {
  for (const [kind, input] of [["document", byId("file")], ["photo", byId("photo")]]) {
    input.addEventListener("change", () => {
      send(kind, [...input.files]);
      input.value = ""; // the same file can be chosen again
    });
  }
  document.addEventListener("paste", (event) => {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    send("document", [...event.clipboardData.files]);
  });
  document.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault(); // or the browser would open the file in place of the chat
    dropping(true);
  });
  document.addEventListener("dragleave", (event) => event.relatedTarget || dropping(false));
  document.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    dropping(false);
    send("document", [...event.dataTransfer.files]);
  });
}

/** Says why a file cannot be sent with that caption; empty when it can. */
export function faultOf(file, caption) {
  if (file.size > MAX_SIZE) return say("too_large", { name: file.name, size: sizeOf(file.size) });
  if (!file.size) return say("empty", { name: file.name });
  if ([...caption].length > MAX_CAPTION) return say("caption_too_long");
  return "";
}

/** A size in bytes, for people; never rounded down to a limit that it is over. */
export function sizeOf(bytes) {
  if (bytes < 1024) return say("bytes", { count: bytes });
  if (bytes < 1024 ** 2) return `${Math.ceil(bytes / 1024)} kB`;
  return `${(Math.ceil((bytes / 1024 ** 2) * 10) / 10).toFixed(1)} MB`;
}
