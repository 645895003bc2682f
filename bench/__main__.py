"""Every measurement, one after the other; each prints its ratio or its figure, and what it should be."""

from bench import clocks, imports, ledger, lists, reads, sequencer, store, verifier, walk

store.main()
ledger.main()
reads.main()
sequencer.main()
walk.main()
verifier.main()
clocks.main()
imports.main()
lists.main()
