# syntax=docker/dockerfile:1
# docker build -t aircall-sync .
# docker run --rm --env-file .env -v aircall-sync-state:/state aircall-sync reconcile --fix

FROM node:24-slim AS build
WORKDIR /app
# The lock file alone decides what is installed; a change of the sources does not download it again.
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build \
 && npm prune --omit=dev --ignore-scripts

FROM node:24-slim
ENV NODE_ENV=production \
    AIRCALL_SYNC_STATE_DIR=/state/aircall-sync
# A folder below the volume: the program makes it 0700, which the owner of a mount may not allow for the mount itself.
RUN mkdir -p /state /config && chown node:node /state /config
COPY --from=build /app/package.json /app/oclif.manifest.json /app/LICENSE /app/
COPY --from=build /app/bin /app/bin
COPY --from=build /app/dist /app/dist
COPY --from=build /app/node_modules /app/node_modules
USER node
# aircall-sync.config.json is read from here when one is mounted.
WORKDIR /config
VOLUME /state
# Exec form: SIGTERM reaches the program, which saves its state and ends with 143. It starts no children.
ENTRYPOINT ["node", "/app/bin/run.js"]
CMD ["--help"]
