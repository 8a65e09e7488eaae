/** A bug to plant in the product, and the test that was named beforehand to catch it. */
export interface PlantedBug {
  /** What is wrong then, in a few words. */
  name: string;
  edits: readonly Edit[];
  test: NamedTest;
}

export interface Edit {
  /** Under `src`. */
  file: string;
  /** Found exactly once in the file, and replaced. */
  find: string;
  replace: string;
}

export interface NamedTest {
  /** Under `test`. */
  file: string;
  /** The full title, with the titles of the groups that it is in. */
  title: string;
}
