// A picture over the whole page: zoomed by a tap or the button, saved, and closed by Esc or a tap beside it.

import { byId } from "./elements.js";

const LARGER = 2.5; // times as wide as the screen shows it

const [viewer, zoom, save] = ["viewer", "viewer-zoom", "viewer-save"].map(byId);
const picture = viewer.querySelector("img");

export function openPicture(image) {
  [picture.src, picture.alt] = [image.src, image.alt];
  const name = image.alt.replace(/[^\p{L}\p{M}\p{N}]+/gu, " ").trim();
  [save.href, save.download] = [image.src, `${name}.png`];
  enlarge(false);
  viewer.showModal();
}

/** Shows the picture in its own size, or larger than that where it is small; a point of it stays where it was tapped. */
function enlarge(larger, { x = 0.5, y = 0.5 } = {}) {
  picture.style.width = "";
  const width = Math.max(picture.naturalWidth, picture.clientWidth * LARGER);
  picture.classList.toggle("larger", larger);
  if (larger) picture.style.width = `${width}px`;
  zoom.setAttribute("aria-pressed", String(larger));
  viewer.scrollTo(x * viewer.scrollWidth - viewer.clientWidth / 2, y * viewer.scrollHeight - viewer.clientHeight / 2);
}

const isLarger = () => picture.classList.contains("larger");

zoom.addEventListener("click", () => enlarge(!isLarger()));
byId("viewer-close").addEventListener("click", () => viewer.close());

viewer.addEventListener("click", (event) => {
  if (event.target === picture) {
    const { left, top, width, height } = picture.getBoundingClientRect();
    enlarge(!isLarger(), { x: (event.clientX - left) / width, y: (event.clientY - top) / height });
  } else if (event.target === viewer) {
    viewer.close();
  }
});

viewer.addEventListener("keydown", (event) => {
  if (event.key === "+" || event.key === "-") enlarge(event.key === "+");
});
