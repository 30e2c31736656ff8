"""Where to build, how much of each, who sends what to whom, and who pays."""
