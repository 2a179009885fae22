// Light or dark, as the page around the widget is, and when that changes.

const WATCHED = ["data-jp-theme-light", "data-jp-theme-name", "data-theme", "class", "style"];

/** Whether the page around `element` is dark: JupyterLab says so; elsewhere its background does. */
export function isDark(element: Element): boolean {
  const said = document.body.getAttribute("data-jp-theme-light");
  if (said !== null) return said === "false";
  for (let at: Element | null = element; at; at = at.parentElement) {
    const lightness = lightnessOf(getComputedStyle(at).backgroundColor);
    if (lightness !== null) return lightness < 0.5;
  }
  return window.matchMedia?.("(prefers-color-scheme: dark)").matches ?? false;
}

/** Perceived lightness, 0 to 1, of a computed colour; null if one sees through it. */
export function lightnessOf(color: string): number | null {
  const [r, g, b, alpha] = (color.match(/[\d.]+/g) ?? []).map(Number);
  if (r === undefined || g === undefined || b === undefined) return null;
  if (alpha !== undefined && alpha < 0.5) return null;
  return (0.299 * r + 0.587 * g + 0.114 * b) / (color.includes("srgb") ? 1 : 255);
}

/** Calls `changed` when the page's theme may have changed. */
export function watchTheme(changed: () => void, signal: AbortSignal): void {
  const observer = new MutationObserver(changed);
  for (const element of [document.documentElement, document.body]) {
    observer.observe(element, { attributes: true, attributeFilter: WATCHED });
  }
  signal.addEventListener("abort", () => observer.disconnect(), { once: true });
  window
    .matchMedia?.("(prefers-color-scheme: dark)")
    .addEventListener("change", changed, { signal });
}
