"""What small images do the tests make for themselves, on a machine that has no other tool?"""
