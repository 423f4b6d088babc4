# The image of fedmon: Node, the locked dependencies, the sources. No build step, no shell, no package manager.
#   docker build -t fedmon .
# The bases stand here by tag. Their digests cannot be known before they are built from, so a release resolves them and
# writes them in (`node .github/pins.mjs --write`), and refuses to go on while one is missing (SECURITY.md, Supply chain).
# Nothing in the tree depends on the processor (a test looks for machine code), so it is made once, on the builder's own.
FROM --platform=$BUILDPLATFORM docker.io/library/node:24-trixie-slim AS tree
WORKDIR /tree/opt/fedmon
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts
# What is installed here is `fedmon` and no checkout, whose texts would say `npx fedmon`; and the list of parts is made of
# what stands here: with --omit npm leaves out every part that a development tool needs too.
RUN npm pkg delete private devDependencies optionalDependencies
RUN npm sbom --sbom-format=cyclonedx > sbom.cdx.json
COPY LICENSE ./
COPY src ./src
RUN mkdir -p ../../usr/local/bin && ln -s /opt/fedmon/src/bin/image.mjs ../../usr/local/bin/fedmon

FROM gcr.io/distroless/nodejs24-debian13:nonroot
ARG VERSION=0.0.0-local
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
ARG SOURCE=unknown
LABEL org.opencontainers.image.title="fedmon" \
      org.opencontainers.image.description="Tells an organisation whether its people can reach their SIP federation partners." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.base.name="gcr.io/distroless/nodejs24-debian13:nonroot"
COPY --from=tree /tree/ /
USER 65532:65532
EXPOSE 9464 9465 9466
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["/usr/local/bin/fedmon", "health"]
# The flags of src/bin/node.mjs, which no script can set for the Node that runs it: without them a worker takes half as much memory again.
ENTRYPOINT ["/nodejs/bin/node", "--disable-warning=ExperimentalWarning", "--max-semi-space-size=16", "--heap-growing-percent=40", "/opt/fedmon/src/bin/image.mjs"]
CMD ["run"]
