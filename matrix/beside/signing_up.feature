Feature: Signing up
  Scenario Outline: Somebody signs up
    Given a team
    When <name> signs up
    Then there is <name>

    Examples:
      | name  |
      | joan  |
      | radia |
