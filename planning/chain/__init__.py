"""The links of the chain put in order: each module turns what one link answered into what the next asks."""
