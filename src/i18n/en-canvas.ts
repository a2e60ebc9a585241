// The canvas's sentences in English.

export const enCanvas = {};
