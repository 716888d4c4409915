"""A closed case as a BagIt bag: every document, every record, the chain of events, and checking such a bag."""
