/** What a scale of colours measures: weights (0 to 1), scores of either sign, or scores without a sign. */
export type Scale = "weight" | "signed" | "size";
