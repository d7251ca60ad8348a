/** A source of random bits. */
export interface BitSource {
  /** The next draw, an integer in [0, 2³²). */
  uint32(): number;
}
