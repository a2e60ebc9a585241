/**
 * For a menu's `finalFocus`: the element gets the keyboard back when the menu is gone, unless somebody has moved on meanwhile. A
 * menu fades for a moment after a choice; what was pressed in that moment, or what the choice itself has focused, keeps it.
 */
export function unlessMovedOn(find: () => Element | null): () => HTMLElement | false {
  return () => {
    const { activeElement: now } = document;
    const isLeft = now === null || now === document.body || now.closest("[role=menu]") !== null;
    const to = isLeft ? find() : null;
    return to === null ? false : (to as HTMLElement);
  };
}
