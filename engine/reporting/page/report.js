// Pictures that can be explored: plotly draws one in its place once somebody asks for it, and not before.

// Sections have names of their own making, which hold no hyphen.
const put = (name) => document.getElementById(`put-in-${name}`).textContent;
const read = (name) => JSON.parse(put(name));
const figures = read("figures");
const behaviour = { ...read("behaviour"), displayModeBar: matchMedia("(hover: hover)").matches ? "hover" : false };
let library = null;

// The library waits packed, so that the page is small, and a phone that only reads does not have to take it in.
async function unpack() {
  const packed = Uint8Array.from(atob(put("plotly")), (letter) => letter.charCodeAt(0));
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const script = document.createElement("script");
  script.textContent = await new Response(unpacked).text();
  document.head.append(script);
}

for (const button of document.querySelectorAll(".explore")) {
  const picture = button.closest("figure").querySelector(".picture");
  const explore = button.textContent;
  let drawing = null;

  const show = (isDrawn) => {
    picture.hidden = isDrawn;
    drawing.hidden = !isDrawn;
    button.textContent = isDrawn ? button.dataset.back : explore;
    button.setAttribute("aria-pressed", String(isDrawn));
  };

  button.hidden = !("DecompressionStream" in window); // browsers of before 2023 show the pictures only
  button.addEventListener("click", async () => {
    if (!drawing) {
      drawing = document.createElement("div");
      drawing.className = "drawing";
      drawing.setAttribute("role", "img");
      drawing.setAttribute("aria-label", picture.querySelector("img").alt);
      picture.after(drawing);
      show(true);
      const { data, layout } = figures[button.dataset.figure];
      await (library ??= unpack());
      Plotly.newPlot(drawing, data, layout, behaviour);
    } else {
      show(drawing.hidden);
    }
  });
}

// Paper has nothing to tap on.
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((one) => (one.open = true)));

// A closed list takes the place of a screenful on a phone.
if (matchMedia("(max-width: 600px)").matches) document.querySelector("nav details").open = false;
