package io.shardjdbc.reshard.model;

/** Where a number stands in the 64 bits of a state. */
record Field(int shift, int width) {

  int of(long state) {
    return (int) (state >>> shift) & mask();
  }

  long with(long state, int value) {
    if ((value & mask()) != value) {
      throw new IllegalArgumentException(value + " does not fit into " + width + " bits");
    }
    return (state & ~((long) mask() << shift)) | ((long) value << shift);
  }

  boolean isSet(long state) {
    return of(state) != 0;
  }

  private int mask() {
    return (1 << width) - 1;
  }
}
