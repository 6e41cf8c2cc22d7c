package dev.anabranch.server.conversations;

import dev.anabranch.server.rest.JsonBody;
import dev.anabranch.session.SessionSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Settings of sessions as JSON. */
public final class SettingsJson {

    private static final List<String> KNOWN =
            List.of("model", "project", "mcpDisabled", "worktreeBranch", "sandbox", "channelBinding");

    private SettingsJson() {}

    /** Settings as a client sees them. */
    public static Map<String, Object> of(SessionSettings settings) {
        Map<String, Object> members = new LinkedHashMap<>();
        settings.model().ifPresent(model -> members.put("model", model));
        settings.project().ifPresent(project -> members.put("project", project));
        members.put("mcpDisabled", settings.mcpDisabled());
        settings.worktreeBranch().ifPresent(branch -> members.put("worktreeBranch", branch));
        if (!settings.sandbox().isEmpty()) {
            members.put("sandbox", settings.sandbox());
        }
        settings.channelBinding().ifPresent(channel -> members.put("channelBinding", channel));
        members.putAll(settings.others());
        return members;
    }

    /** Settings with the members of {@code wanted} in place of those that {@code before} has. */
    public static SessionSettings read(SessionSettings before, JsonBody wanted) {
        Map<String, Object> others = new LinkedHashMap<>(before.others());
        others.putAll(wanted.without(KNOWN).toMap());
        return new SessionSettings(
                wanted.text("model", 200).or(before::model),
                wanted.text("project", 200).or(before::project),
                wanted.bool("mcpDisabled").orElse(before.mcpDisabled()),
                wanted.text("worktreeBranch", 500).or(before::worktreeBranch),
                wanted.object("sandbox").map(JsonBody::toMap).orElse(before.sandbox()),
                wanted.text("channelBinding", 500).or(before::channelBinding),
                others);
    }
}
