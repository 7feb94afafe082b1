"""The steps by which the tables of a store came to be what they are: frozen, named, in order.

A step states everything it does in its own words and names nothing that may change later. `matching.store.draft`
writes the first version of a new one.
"""

HEAD = "0006_lookups_of_people"
"""The newest step, so that opening a store that is up to date needs no look at the steps themselves."""
