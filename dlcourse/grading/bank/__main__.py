"""python -m dlcourse.grading.bank: the mutation table, with the kill rate in its last line."""

from dlcourse.grading.mutation import all_rows, table

if __name__ == "__main__":
    print(table(all_rows()))
