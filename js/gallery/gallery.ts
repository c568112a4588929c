import "./fonts.css";
import "./gallery.css";
import { addressOf, EXHIBITS } from "./exhibits.js";

/** Every view on fixed data, on one page: what the picture tests look at. `?dark` shows them in the dark. */
const dark = new URLSearchParams(location.search).has("dark");
document.body.classList.toggle("dark", dark);

const frames = new Map<MessageEventSource | null, HTMLIFrameElement>();
const gallery = document.getElementById("gallery") as HTMLElement;
for (const exhibit of EXHIBITS) {
  const frame = document.createElement("iframe");
  frame.title = exhibit.title;
  frame.src = addressOf(exhibit, dark);
  const title = document.createElement("h2");
  title.id = exhibit.name;
  title.textContent = exhibit.title;
  gallery.append(title, frame);
  frames.set(frame.contentWindow, frame);
}

// A page from the disk may not look into another: each says how tall it is.
addEventListener("message", ({ source, data }) => {
  const frame = frames.get(source);
  if (frame !== undefined) frame.style.height = `${data.height}px`;
});
