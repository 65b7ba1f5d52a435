"""`python -m tools.reference`, or `make reference`."""

from tools.reference import write

if __name__ == "__main__":
    write()
