import "./fonts.css";

/** Views measure letters when they are made: so the gallery's have to be there before. */
export async function fontsLoaded(): Promise<void> {
  await Promise.all([...document.fonts].map((font) => font.load()));
}
