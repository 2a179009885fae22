// Parts of a page by their names, each with an end of its own.

export interface Keyed<T> {
  made: T;
  end: AbortController;
}

/** Ends what is not wanted any more, and takes its element off the page. */
export function removeOthers<T>(
  kept: Map<string, Keyed<T>>,
  wanted: Set<string>,
  element: (made: T) => Element,
): void {
  for (const [id, { made, end }] of kept) {
    if (wanted.has(id)) continue;
    end.abort();
    element(made).remove();
    kept.delete(id);
  }
}
