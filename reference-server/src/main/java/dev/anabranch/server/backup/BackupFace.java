package dev.anabranch.server.backup;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.engine.StreamEngine;
import dev.anabranch.server.http.Face;
import dev.anabranch.server.http.Problem;
import dev.anabranch.server.http.ProblemException;
import dev.anabranch.server.rest.Answer;
import dev.anabranch.server.rest.JsonBody;
import dev.anabranch.server.rest.Route;
import dev.anabranch.server.security.Caller;
import dev.anabranch.server.security.Scope;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Serves {@code POST /v1/admin/backup}, to administrators: writes a backup and answers when it is on disk. */
public final class BackupFace implements Face {

    private final Optional<Backups> backups;

    private BackupFace(Optional<Backups> backups) {
        this.backups = backups;
    }

    /**
     * Writes backups to {@code folder}, or none if there is no folder.
     *
     * @throws IllegalArgumentException if the folder cannot be used
     */
    public static BackupFace open(StreamEngine engine, Optional<Path> folder) {
        return new BackupFace(folder.map(used -> Backups.open(engine, used, InstantSource.system())));
    }

    /** The routes of this face. */
    public List<Route> routes() {
        return List.of(Route.of(HandlerType.POST, "/v1/admin/backup", Scope.ADMIN, this::backup));
    }

    @Override
    public void declare(JavalinConfig config) {
        routes().forEach(route -> route.declare(config));
    }

    private void backup(Context http, Caller caller) {
        Backups.Backup made = backups.orElseThrow(() ->
                        new ProblemException(Problem.conflict("this server writes no backups: it has no --backup-dir")))
                .make();
        ObjectNode answer = JsonBody.JSON.createObjectNode();
        answer.put("name", made.name()).put("createdAt", made.createdAt().toString());
        Answer.json(http, 201, answer.put("bytes", made.bytes()));
    }
}
