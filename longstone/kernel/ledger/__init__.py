"""The ledger: every act and every read, in one tree that anyone can check. Features never query it."""

from longstone.kernel.ledger.writing import read, record, refused

__all__ = ["read", "record", "refused"]
