package io.shardjdbc.routing.plan.code;

import io.shardjdbc.routing.catalog.UserCode;
import io.shardjdbc.routing.catalog.UserCode.Attachment;
import io.shardjdbc.routing.plan.effects.Functions;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.sql.Node;

/** Tells statements that run code of users, vouched for or not, from those that run none. */
public final class OwnCode {

  private OwnCode() {}

  /** Whether it calls a function of users, or writes a table that brings code along. */
  public static boolean runsIn(Node statement, Tables tables) {
    Mentions mentions = Mentions.of(statement);
    Reaches reaches = new Reaches(tables.configuration(), tables.catalog());
    return !reaches.called(mentions, null).isEmpty()
        || (reaches.code().isAttached()
            && mentions.writes().keySet().stream()
                .flatMap(name -> tables.catalog().attached(name).stream())
                .anyMatch(attached -> attached.kind() != Attachment.REFERENCE));
  }

  /** Whether it is known of all calls which functions they may mean. */
  static boolean isKnown(Mentions mentions, UserCode code) {
    return mentions.calls().stream()
        .allMatch(call -> Functions.isBuiltIn(call) || !code.named(call.name().last()).isEmpty());
  }
}
