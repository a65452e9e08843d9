"""Whether a survey still sees: fields of a reading, statistics of a run, baselines, drift, canaries. Pure of stores."""
