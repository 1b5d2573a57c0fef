"""placeholder"""
def cases(bench, n, seed, broken):
    return []
