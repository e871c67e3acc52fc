/** Stands for certainty where scores are compared: what follows from a fixed rule has no p-value. */
export const CERTAIN_SCORE = 999;
