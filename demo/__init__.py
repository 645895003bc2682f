"""Three invented forces and thirty of their days, replayed through the commands that officers use."""

PASSWORD = "lamp-on-the-rock"  # noqa: S105 - the demo's, said on every page; no other house has it
SIGN_INS = [
    ("erin.northshire", "exhibits officer, Northshire"),
    ("dev.northshire", "detective, Northshire"),
    ("sam.northshire", "supervisor, Northshire"),
    ("fay.northshire", "forensic examiner, Northshire"),
    ("ada.northshire", "administrator, Northshire"),
    ("ria.northshire", "records manager, Northshire: holds, erasures and disposals"),
    ("rob.northshire", "records manager too: the second person"),
    ("una.northshire", "auditor of the ledger, Northshire"),
    ("eve.northshire", "engagement officer, Northshire: the inbox, and what is published"),
    ("quin.northshire", "professional standards, Northshire: who is connected to a case, and broken glass"),
    ("sol.northshire", "safeguarding lead, Northshire: before whom somebody must ring"),
    ("dee.northshire", "data protection officer, Northshire: who has read of a person"),
    ("ivo.northshire", "importer, Northshire: brings the old lists in"),
    ("pat.westmark", "partner officer, Westmark: sees only what is shared"),
]
