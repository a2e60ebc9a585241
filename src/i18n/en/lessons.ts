// Sentences in English about lessons. Fetched with the lessons, not with the page.

export const enLessons = {
  /** Before the sentence about what is wrong: which step, which field. */
  place: (step: number | null, field: string) =>
    [step === null ? "" : `step ${step}`, field].filter((part) => part !== "").join(", "),
  faults: {
    "not-json": (_expected: string, found: string) => `This is not JSON: ${found}`,
    "too-large": (expected: string) => `The file is larger than a lesson may be (${expected} characters).`,
    "too-deep": (expected: string) => `Lists and records are nested deeper than ${expected}.`,
    version: (expected: string, found: string) =>
      `This page reads version ${expected} of the lesson format, and the file says ${found}.`,
    missing: () => "This field is missing.",
    unknown: () => "There is no such field. Is it misspelt?",
    type: (expected: string, found: string) => `Expected ${expected}, found ${found}.`,
    choice: (expected: string, found: string) => `${found} is none of ${expected}.`,
    form: (expected: string, found: string) => `${found} doesn’t have the form that is asked for: ${expected}.`,
    scene: (expected: string, found: string) =>
      expected === "" ? `The scene is not sound: ${found}` : `There is no scene ${found}. There are ${expected}.`,
    column: (expected: string, found: string) => `This table has no column ${found}. It has ${expected}.`,
  },
};
