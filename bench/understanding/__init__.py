"""How well spoken words are understood: `python -m bench.understanding [--data FOLDER]`.

Every figure stands beside its mark. The project's own texts are in tests/texts; the folder may hold
public data that is not ours to pass on: hotline_dev.csv, item_to_label.csv and address_dev.csv.
What needs data that is not there is left out and named.
"""
