package io.shardjdbc.spring.boot;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Whether the application describes shards. */
final class OnShards extends SpringBootCondition {

  @Override
  public ConditionOutcome getMatchOutcome(
      ConditionContext context, AnnotatedTypeMetadata metadata) {
    ConditionMessage.Builder message = ConditionMessage.forCondition("Shards");
    return context.getEnvironment() instanceof ConfigurableEnvironment environment
            && new DescribedShards(environment).areThere()
        ? ConditionOutcome.match(message.foundExactly("a description of shards"))
        : ConditionOutcome.noMatch(
            message.because(
                "neither shardjdbc.config nor shardjdbc.shards is set, and spring.datasource.url"
                    + " is not a jdbc:shardjdbc: URL"));
  }
}
