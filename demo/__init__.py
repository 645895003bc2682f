"""Three invented forces and thirty of their days, replayed through the commands that officers use."""

PASSWORD = "lamp-on-the-rock"  # noqa: S105 - the demo's, said on every page; no other house has it
SIGN_INS = [
    ("erin.northshire", "exhibits officer, Northshire"),
    ("dev.northshire", "detective, Northshire"),
    ("sam.northshire", "supervisor, Northshire"),
    ("fay.northshire", "forensic examiner, Northshire"),
    ("ada.northshire", "administrator, Northshire"),
    ("pat.westmark", "partner officer, Westmark: sees only what is shared"),
]
