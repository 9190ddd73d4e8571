// Files for the bot: chosen, dropped or pasted. What stands in the text field goes along as the caption.

const MAX_SIZE = 100 * 1024 * 1024; // bytes
const MAX_CAPTION = 1024; // characters

const input = document.getElementById("file");
const dropping = (on) => document.body.classList.toggle("dropping", on);
const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");

/** @param {(files: File[]) => void} send what to do with the files */
export function acceptFiles(send) {
  document.getElementById("attach").addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    send([...input.files]);
    input.value = ""; // the same file can be chosen again
  });
  document.addEventListener("paste", (event) => {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    send([...event.clipboardData.files]);
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
    send([...event.dataTransfer.files]);
  });
}

/** Says why a file cannot be sent with that caption; empty when it can. */
export function faultOf(file, caption) {
  const name = `"${file.name}"`;
  if (file.size > MAX_SIZE) return `Not sent: ${name} has ${sizeOf(file.size)}; at most 100 MB can be sent here.`;
  if (!file.size) return `Not sent: ${name} is empty.`;
  if ([...caption].length > MAX_CAPTION) return "Not sent: the text beside a file may have at most 1,024 characters.";
  return "";
}

/** A size in bytes, for people; never rounded down to a limit that it is over. */
export function sizeOf(bytes) {
  if (bytes < 1024) return `${bytes} bytes`;
  if (bytes < 1024 ** 2) return `${Math.ceil(bytes / 1024)} kB`;
  return `${(Math.ceil((bytes / 1024 ** 2) * 10) / 10).toFixed(1)} MB`;
}
