package io.shardjdbc.reshard;

import io.shardjdbc.routing.PositionRange;
import io.shardjdbc.routing.Positions;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** Takes a part out of positions, whole ranges first, so that it has few of them. */
final class Share {

  private Share() {}

  /**
   * Some of the positions.
   *
   * @param part of the whole ring, from 0 to 1
   */
  static Positions of(Positions positions, double part) {
    BigInteger wanted =
        new BigDecimal(part).multiply(new BigDecimal(BigInteger.ONE.shiftLeft(64))).toBigInteger();
    List<PositionRange> taken = new ArrayList<>();
    for (PositionRange range : positions.ranges()) {
      if (wanted.signum() <= 0) {
        break;
      }
      BigInteger first = BigInteger.valueOf(range.first());
      BigInteger size = BigInteger.valueOf(range.last()).subtract(first).add(BigInteger.ONE);
      BigInteger here = size.min(wanted);
      BigInteger last = first.add(here).subtract(BigInteger.ONE);
      taken.add(new PositionRange(range.first(), last.longValueExact()));
      wanted = wanted.subtract(here);
    }
    return Positions.of(taken);
  }
}
