package io.shardjdbc.tests.house;

import org.junit.jupiter.api.Nested;

/** The rules that are read from compiled classes, side by side, so that these are read once. */
class HouseTest {

  @Nested
  class Errors extends ErrorRules {}

  @Nested
  class Pools extends SharedPool {}

  @Nested
  class Api extends ApiRules {}

  @Nested
  class Routes extends RouteRules {}

  @Nested
  class Refusals extends RefusalRules {}

  @Nested
  class Dependencies extends DependencyRules {}
}
