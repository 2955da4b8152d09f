"""From plays to probabilities: features, fitted recipes, and the predictor over a build."""
