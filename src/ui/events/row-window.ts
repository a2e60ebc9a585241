// Which lines of a long list are in view. All lines are equally high, so that a list of a million costs no more than one of ten. Pure.

/** A browser draws no element that is much higher, px: of longer lists a scrolled pixel is worth more than one. */
const HIGHEST_PX = 8_000_000;
/** Lines that are drawn beyond the edges. */
const OVERSCAN = 6;

export interface Scrolled {
  readonly count: number;
  readonly row_px: number;
  readonly view_px: number;
  readonly scrollTop: number;
}

export interface RowWindow {
  /** Lines `first … end - 1` are to be drawn. */
  readonly first: number;
  readonly end: number;
  /** Height of the whole list. */
  readonly height_px: number;
  /** What has to be added to `index * row_px` for a line's place in the list. */
  readonly shift_px: number;
}

/** How many pixels of the list a scrolled pixel stands for. */
function ratioOf({ count, row_px, view_px }: Scrolled): number {
  const full_px = count * row_px;
  return full_px <= HIGHEST_PX ? 1 : (full_px - view_px) / (HIGHEST_PX - view_px);
}

export function rowWindow(at: Scrolled): RowWindow {
  const { count, row_px, view_px, scrollTop } = at;
  const top_px = scrollTop * ratioOf(at);
  return {
    first: Math.max(0, Math.floor(top_px / row_px) - OVERSCAN),
    end: Math.min(count, Math.ceil((top_px + view_px) / row_px) + OVERSCAN),
    height_px: Math.min(count * row_px, HIGHEST_PX),
    shift_px: scrollTop - top_px,
  };
}

/** Where to scroll so that a line is in view: not at all when it is. */
export function scrollTo(at: Scrolled, index: number): number {
  const { row_px, view_px, scrollTop } = at;
  const ratio = ratioOf(at);
  const top_px = scrollTop * ratio;
  if (index * row_px < top_px) return (index * row_px) / ratio;
  if ((index + 1) * row_px > top_px + view_px) return ((index + 1) * row_px - view_px) / ratio;
  return scrollTop;
}
