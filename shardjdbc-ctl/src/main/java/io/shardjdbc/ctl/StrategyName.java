package io.shardjdbc.ctl;

import io.shardjdbc.reshard.Strategy;
import java.util.Arrays;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A strategy by its name. */
final class StrategyName implements ITypeConverter<Strategy> {

  @Override
  public Strategy convert(String name) {
    for (Strategy strategy : Strategy.values()) {
      if (strategy.toString().equals(name)) {
        return strategy;
      }
    }
    throw new TypeConversionException(
        "'" + name + "' is none of " + Arrays.toString(Strategy.values()));
  }
}
